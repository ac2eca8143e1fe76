package dev.xception.image;

import java.util.Arrays;

/** An encoded picture, read at any place; a place outside it means that the picture is cut short. */
final class Bytes {

    private final byte[] array;

    Bytes(byte[] array) {
        this.array = array;
    }

    byte[] array() {
        return array;
    }

    int length() {
        return array.length;
    }

    int u8(long at) {
        if (at < 0 || at >= array.length) {
            throw InvalidImageException.undecodable("the picture ends before byte " + at);
        }
        return array[(int) at] & 0xff;
    }

    int u16be(long at) {
        return (u8(at) << 8) | u8(at + 1);
    }

    int u16le(long at) {
        return u8(at) | (u8(at + 1) << 8);
    }

    int u24le(long at) {
        return u16le(at) | (u8(at + 2) << 16);
    }

    long u32be(long at) {
        return ((long) u16be(at) << 16) | u16be(at + 2);
    }

    long u32le(long at) {
        return u16le(at) | ((long) u16le(at + 2) << 16);
    }

    int i32le(long at) {
        return (int) u32le(at);
    }

    /** So many bytes from this place on, or as many as there are. */
    Bytes part(long at, long length) {
        long end = Math.min(at + Math.max(0, length), array.length);
        return new Bytes(Arrays.copyOfRange(array, (int) Math.min(at, end), (int) end));
    }

    boolean has(long at, String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            if (u8(at + i) != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
