package dev.xception.api;

import io.swagger.v3.oas.annotations.media.Schema;

/** What the model saw in one picture, as a vector. */
@Schema(name = "Embedding", description = "What the model saw in one picture, as a vector: alike pictures lie close.")
@SuppressWarnings("ArrayRecordComponent") // Written as JSON, never compared.
record EmbedResponse(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) ClassifyResponse.Model model,
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) ClassifyResponse.Image image,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                description = "The global average of the last activation map: 2048 numbers for Xception.")
        float[] embedding) {}
