package dev.xception.benchmark;

import java.awt.AlphaComposite;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * A JPEG with as much in it as a photograph of its size has: 500 x 375 pixels and 111 KB, the same each time. It is noise of
 * every scale, weaker the finer it is.
 */
final class DrawnPicture {

    static final String NAME = "drawn";

    private static final int WIDTH = 500;
    private static final int HEIGHT = 375;
    private static final int COARSEST = 128;
    private static final int FINEST_COLOURED = 16;
    private static final double STRENGTH = 0.12;
    private static final float QUALITY = 0.95f;

    private DrawnPicture() {}

    static byte[] jpeg() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(bytes)) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(QUALITY);
            writer.setOutput(stream);
            writer.write(null, new IIOImage(draw(), null, null), parameters);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static BufferedImage draw() {
        Random random = new Random(1);
        BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        for (int cell = COARSEST; cell >= 1; cell /= 2) {
            graphics.setComposite(AlphaComposite.SrcOver.derive((float) Math.min(0.5, STRENGTH * Math.sqrt(cell))));
            graphics.drawImage(noise(random, cell), 0, 0, WIDTH, HEIGHT, null);
        }
        graphics.dispose();
        return picture;
    }

    private static BufferedImage noise(Random random, int cell) {
        BufferedImage noise =
                new BufferedImage(Math.ceilDiv(WIDTH, cell), Math.ceilDiv(HEIGHT, cell), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < noise.getHeight(); y++) {
            for (int x = 0; x < noise.getWidth(); x++) {
                noise.setRGB(x, y, cell >= FINEST_COLOURED ? random.nextInt() : 0x010101 * random.nextInt(256));
            }
        }
        return noise;
    }
}
