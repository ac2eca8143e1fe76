package dev.xception.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PreprocessorTest {

    private static final Pictures.Formula MODMIX = (x, y, c) -> (7 * x + 13 * y + 101 * c) % 256;
    private static final InputShape XCEPTION = new InputShape(299, 299, 3);

    /** Digests of what Pillow 12.3 makes of the same picture by {@code resize}, {@code crop} and {@code ImageOps.pad}. */
    @ParameterizedTest
    @CsvSource({
        "500, 375, SQUASH, NEAREST,  299, 299, 3, 8ba425358b300694168b8248510405166182c2ba4f08d6ae3181a150bc715fc6",
        "500, 375, SQUASH, BOX,      299, 299, 3, 176cd880bcf59d0dc10d0e42684d65dae71974c622f1430c8f03377e02c68316",
        "500, 375, SQUASH, BILINEAR, 299, 299, 3, 8f427ae9da588aa1b49a46f1e0d52fc3e9cfece95b0e9a7fb2054ce9383dcec7",
        "500, 375, SQUASH, HAMMING,  299, 299, 3, 6011508f06df51c80b92d0a3c88e6820124fb80eb03cbf2d62413b1481066bbc",
        "500, 375, SQUASH, BICUBIC,  299, 299, 3, 49b00c0e83f5b336186e73c44caf1b431b82757e2a15eb3afb62a5c8f2db70d3",
        "500, 375, SQUASH, LANCZOS,  299, 299, 3, a1fc6852b7ff8e92f858b7a8d6f6a795683d83085bd9ae13b1a0b5afe02cb8ba",
        "2,   3,   SQUASH, LANCZOS,  299, 299, 3, 78375cb9823bca68d9f322dfc7c361cdcedc744e4a2fc4c3f88a734101e0fb06",
        "7,   1024,SQUASH, BILINEAR, 299, 299, 3, f00bb883ef31ad27e6147a48491cb146d9c2ce8b0eb01956ee3a602926b65505",
        "7,   1024,SQUASH, LANCZOS,  299, 299, 3, 005a3d6874172bd514f810b1c7d2f0c778bba82bb9001615743054a3f77756ea",
        "500, 375, SQUASH, BILINEAR, 64,  64,  1, 7282b4904b135f4468b1eb001a3b6ecd09b71241466c5f5671d6bf26dc40ac1c",
        "500, 375, CROP,   BILINEAR, 299, 299, 3, 96a15149275ab149d2dd5978545491a3352c1fc52d5eaf19f3b235ca12551904",
        "375, 500, CROP,   BILINEAR, 299, 299, 3, b19279342c5c2469749c3d4391aeaad5cb6458339b84089638e8263c674677ad",
        "101, 33,  CROP,   BILINEAR, 299, 299, 3, 1ee984901fa685dddbd028d92d24a697ce9765cc9ae242f56f22073ecd1c127c",
        "500, 375, PAD,    BILINEAR, 299, 299, 3, 1a413e0d1389989aec7c41b5d2aa52e52e00410800c35d8289625645883e7262",
        "375, 500, PAD,    BILINEAR, 299, 299, 3, 271fd66d336e9b82a6d7c90797195d05384289c8835184aca158a132eb907345",
        "101, 33,  PAD,    BILINEAR, 299, 299, 3, 0a8c08f7dfd7f95c8a330bffce94eb4d3e0bfe7fc5911cf5ddc6079b217c329b",
        "500, 375, PAD,    BILINEAR, 64,  64,  1, 86c1f401c6899440f4fd8d6641ab0b4bdec7ba433c2d032e53f15f16e080c9ea",
        "101, 33,  PAD,    BILINEAR, 64,  64,  1, c73845388cdcc28e2e439c2836ad149e6ca68e5114174a530d065386ec73559f",
        "500, 375, PAD,    BICUBIC,  200, 100, 3, a3370f36ee60a5ceea29ca7bb3b32e7db0a4be8c9a840c68b30ec0976fb3de81",
    })
    void equalsPillow(
            int width, int height, Fit fit, Filter filter, int toWidth, int toHeight, int channels, String sha) {
        InputShape shape = new InputShape(toWidth, toHeight, channels);

        byte[] bytes = Pictures.preprocess(Pictures.image(width, height, MODMIX), fit, filter, shape);

        assertThat(Pictures.sha256(bytes)).isEqualTo(sha);
    }

    @ParameterizedTest
    @EnumSource
    void leavesAPictureOfTheModelsSizeAsItIs(Filter filter) {
        byte[] rgb = Pictures.draw(299, 299, MODMIX);

        assertThat(Pictures.preprocess(Pictures.image(299, 299, rgb), Fit.CROP, filter, XCEPTION))
                .isEqualTo(rgb);
    }

    @ParameterizedTest
    @EnumSource
    void keepsOneColourUnderEveryFilter(Filter filter) {
        byte[] bytes = Pictures.preprocess(
                Pictures.image(411, 123, (x, y, c) -> 255 - c), Fit.SQUASH, filter, new InputShape(50, 50, 3));

        assertThat(bytes).isEqualTo(Pictures.draw(50, 50, (x, y, c) -> 255 - c));
    }

    @Test
    void weighsRedGreenAndBlueForGrey() {
        byte[] bytes = Pictures.preprocess(
                Pictures.image(1, 1, (x, y, c) -> c == 1 ? 255 : 0), Fit.SQUASH, Filter.BOX, new InputShape(1, 1, 1));

        assertThat(bytes).containsExactly(150);
    }

    @Test
    void overwritesAllOfTheTargetAndLeavesItsPosition() {
        ByteBuffer target = ByteBuffer.allocateDirect(XCEPTION.bytes() + 1);
        for (int i = 0; i < target.capacity(); i++) {
            target.put(i, (byte) 99);
        }
        target.position(7);

        new Preprocessor(XCEPTION, Filter.BILINEAR)
                .preprocess(Pictures.image(100, 50, (x, y, c) -> 1), Fit.PAD, target);

        assertThat(target.position()).isEqualTo(7);
        assertThat(target.get(0)).as("the bar above").isZero();
        assertThat(target.get(XCEPTION.bytes() / 2)).as("the picture").isEqualTo((byte) 1);
        assertThat(target.get(XCEPTION.bytes() - 1)).as("the bar below").isZero();
        assertThat(target.get(XCEPTION.bytes())).as("what lies behind").isEqualTo((byte) 99);
    }

    @Test
    void refusesATargetThatIsTooSmall() {
        Preprocessor preprocessor = new Preprocessor(XCEPTION, Filter.BILINEAR);
        ByteBuffer small = ByteBuffer.allocateDirect(XCEPTION.bytes() - 1);

        assertThatThrownBy(() -> preprocessor.preprocess(Pictures.image(9, 9, MODMIX), Fit.CROP, small))
                .hasMessageContaining("268202");
    }

    @Test
    void tellsWhichPartOfThePictureTheModelSees() {
        Preprocessor preprocessor = new Preprocessor(XCEPTION, Filter.BILINEAR);

        assertThat(preprocessor.region(500, 375, Fit.SQUASH)).isEqualTo(new Region(0, 0, 500, 375));
        assertThat(preprocessor.region(500, 375, Fit.CROP)).isEqualTo(new Region(62, 0, 375, 375));
        assertThat(preprocessor.region(598, 299, Fit.PAD).pictureX(0.5)).isEqualTo(299);
        assertThat(preprocessor.region(598, 299, Fit.PAD).pictureY(0)).isNegative();
        assertThat(preprocessor.region(598, 299, Fit.PAD).height()).isCloseTo(598, within(3.0));
    }

    private static org.assertj.core.data.Offset<Double> within(double difference) {
        return org.assertj.core.data.Offset.offset(difference);
    }
}
