package dev.xception.api;

import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;

/** Describes, for the OpenAPI document, a request that carries several pictures. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@RequestBody(
        required = true,
        description = "Pictures: JPEG, PNG, GIF, BMP, WebP or TIFF.",
        content =
                @Content(
                        mediaType = "multipart/form-data",
                        schema = @Schema(implementation = SeveralImages.Form.class)))
@ImageParameters
@interface SeveralImages {

    /** The form. */
    @Schema(name = "ImagesForm")
    record Form(
            @ArraySchema(
                    schema = @Schema(type = "string", format = "binary"),
                    arraySchema =
                            @Schema(
                                    requiredMode = Schema.RequiredMode.REQUIRED,
                                    description = "The pictures, at most as many as the server accepts (32)."),
                    minItems = 1)
            List<String> files) {}
}
