package dev.xception.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ViridisTest {

    @Test
    void startsDarkAndEndsBright() {
        assertThat(Viridis.colour(0)).isEqualTo(0x440154);
        assertThat(Viridis.colour(0.5f)).isEqualTo(0x21918c);
        assertThat(Viridis.colour(1)).isEqualTo(0xfde725);
    }

    @Test
    void keepsToItsEndsBeyondThem() {
        assertThat(Viridis.colour(-1)).isEqualTo(Viridis.colour(0));
        assertThat(Viridis.colour(2)).isEqualTo(Viridis.colour(1));
    }

    /** Equal steps of the value are equal steps of lightness. */
    @Test
    void growsLighterEvenly() {
        double dark = lightness(Viridis.colour(0));
        double bright = lightness(Viridis.colour(1));
        for (int i = 0; i <= 100; i++) {
            double value = i / 100.0;
            assertThat(lightness(Viridis.colour((float) value)))
                    .as("lightness at %s", value)
                    .isCloseTo(dark + value * (bright - dark), within(2.5));
        }
    }

    /** L* of CIELAB, for sRGB. */
    private static double lightness(int colour) {
        double luminance = 0.2126 * linear(colour >> 16) + 0.7152 * linear(colour >> 8) + 0.0722 * linear(colour);
        return luminance > 0.008856 ? 116 * Math.cbrt(luminance) - 16 : 903.3 * luminance;
    }

    private static double linear(int channel) {
        double value = (channel & 0xff) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }
}
