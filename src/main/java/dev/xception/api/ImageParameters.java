package dev.xception.api;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.Parameters;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes, for the OpenAPI document, the parameters of every request that carries pictures. */
@Target(ElementType.ANNOTATION_TYPE)
@Retention(RetentionPolicy.RUNTIME)
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
@interface ImageParameters {}
