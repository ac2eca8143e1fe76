package dev.xception.api;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.Parameters;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes, for the OpenAPI document, a request that carries one picture. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@RequestBody(
        required = true,
        description = "One picture: JPEG, PNG, GIF, BMP, WebP or TIFF.",
        content = {
            @Content(mediaType = "multipart/form-data", schema = @Schema(implementation = OneImage.Form.class)),
            @Content(mediaType = "image/*", schema = @Schema(type = "string", format = "binary")),
            @Content(mediaType = "application/octet-stream", schema = @Schema(type = "string", format = "binary"))
        })
@Parameters({
    @Parameter(
            name = "fit",
            in = ParameterIn.QUERY,
            description = "How the picture is fitted to the model's input: 'crop' takes the largest centred square, "
                    + "'squash' the whole picture without its aspect ratio, 'pad' the whole picture with bars. "
                    + "Default: the model's.",
            schema = @Schema(allowableValues = {"crop", "squash", "pad"})),
    @Parameter(
            name = "model",
            in = ParameterIn.QUERY,
            description = "Name of a served model. Default: the first one.",
            schema = @Schema(type = "string")),
    @Parameter(
            name = Query.TIMEOUT_HEADER,
            in = ParameterIn.HEADER,
            description = "Milliseconds within which the answer must be there; the server's own limit still holds.",
            schema = @Schema(type = "integer", format = "int32", minimum = "1"))
})
@interface OneImage {

    /** The form. */
    @Schema(name = "ImageForm")
    record Form(
            @Schema(
                    type = "string",
                    format = "binary",
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "The picture.")
            String file) {}
}
