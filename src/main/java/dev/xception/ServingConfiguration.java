package dev.xception;

import dev.xception.api.AnswerLimit;
import dev.xception.api.ProblemReportValve;
import dev.xception.api.QuickRefusal;
import dev.xception.api.RequestLimits;
import dev.xception.api.ServingProtocol;
import dev.xception.classification.AdmissionLimit;
import dev.xception.classification.Classifier;
import dev.xception.classification.Classifiers;
import dev.xception.classification.DecodingSlots;
import dev.xception.image.ImageLimits;
import dev.xception.metrics.ServingMetrics;
import dev.xception.model.ModelDirectory;
import dev.xception.model.WeightsDownload;
import dev.xception.serving.KerasModelImporter;
import dev.xception.serving.LoadedModel;
import dev.xception.serving.ModelLoader;
import dev.xception.serving.ServingSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.catalina.core.StandardHost;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Builds the pipeline, in the order in which it is needed. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(XceptionProperties.class)
class ServingConfiguration {

    @Bean
    RequestLimits requestLimits(XceptionProperties properties) {
        return new RequestLimits(
                properties.image().maxBytes().toBytes(),
                properties.request().maxBytes().toBytes(),
                properties.request().maxImages(),
                properties.request().timeout());
    }

    @Bean
    AnswerLimit answerLimit(XceptionProperties properties) {
        return new AnswerLimit(properties.admission().maxAnswerBytes().toBytes());
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> tomcat(
            XceptionProperties properties, QuickRefusal refusal) {
        return factory -> {
            // What Tomcat refuses by itself is a problem too, not a page.
            factory.addContextCustomizers(context -> {
                if (context.getParent() instanceof StandardHost host) {
                    host.setErrorReportValveClass(ProblemReportValve.class.getName());
                }
            });
            // Nothing is decoded or run for a caller that is gone, and what is too much is refused early.
            ServingProtocol.install(factory, refusal);
            // Who asks before sending a body is told to go on only when it is going to be read.
            factory.addConnectorCustomizers(connector -> connector.setProperty("continueResponseTiming", "onRead"));
            // A photograph fits in, so that its caller has sent it in one go, also where it is refused.
            factory.addConnectorCustomizers(connector -> connector.setProperty("socket.rxBufSize", "262144"));
            // A refused upload is read to its end, so that the caller sees the refusal.
            factory.addConnectorCustomizers(connector -> {
                if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
                    http.setMaxSwallowSize(swallowed(http.getMaxSwallowSize(), properties));
                }
            });
            // Read at one go, if need be byte by byte, with no look at a deadline: they must be short.
            factory.addConnectorCustomizers(connector -> {
                connector.setProperty("maxTrailerSize", "16");
                connector.setProperty("maxExtensionSize", "16");
            });
        };
    }

    /** As many bytes as one request may have, or more where {@code server.tomcat.max-swallow-size} says so. */
    private static int swallowed(int configured, XceptionProperties properties) {
        long largest = Math.max(
                properties.image().maxBytes().toBytes(),
                properties.request().maxBytes().toBytes());
        return configured < 0 ? configured : Math.clamp(largest, configured, Integer.MAX_VALUE);
    }

    @Bean
    ServingSettings servingSettings(XceptionProperties properties) {
        return new ServingSettings(
                properties.session().provider(),
                properties.session().count(),
                properties.session().intraOpThreads(),
                properties.session().deviceId(),
                properties.batch().maxBatchSize(),
                properties.batch().maxQueueDelay(),
                properties.batch().queueCapacity(),
                new ImageLimits(
                        properties.image().maxBytes().toBytes(),
                        properties.image().maxPixels()),
                properties.image().applyOrientation(),
                properties.image().fit(),
                properties.image().filter());
    }

    @Bean
    ServingMetrics servingMetrics(MeterRegistry registry) {
        return new ServingMetrics(registry);
    }

    @Bean
    QuickRefusal.Listener refusals(ServingMetrics metrics) {
        return metrics::refused;
    }

    @Bean
    ModelDirectory modelDirectory(XceptionProperties properties) {
        return new ModelDirectory(
                properties.model().directory(),
                new KerasModelImporter(),
                WeightsDownload.fromEnvironment(),
                properties.model().verifyDigest());
    }

    /** The loaded models; closing them answers what was accepted. */
    static final class LoadedModels implements AutoCloseable {

        private final List<LoadedModel> models = new ArrayList<>();

        /** The longest of the models' times: an overloaded caller may want any of them. */
        Duration retryAfter() {
            return models.stream()
                    .map(model -> model.classifier().retryAfter())
                    .max(Comparator.naturalOrder())
                    .orElse(Duration.ofSeconds(1));
        }

        @Override
        public void close() {
            models.forEach(LoadedModel::close);
        }
    }

    @Bean
    LoadedModels loadedModels() {
        return new LoadedModels();
    }

    @Bean
    AdmissionLimit admissionLimit(XceptionProperties properties, LoadedModels models, ServingMetrics metrics) {
        XceptionProperties.Admission bounds = properties.admission();
        AdmissionLimit admission = new AdmissionLimit(
                new AdmissionLimit.Bounds(
                        bounds.maxRequests(), bounds.maxBytes().toBytes()),
                models::retryAfter);
        metrics.observe(admission);
        return admission;
    }

    @Bean
    DecodingSlots decodingSlots(XceptionProperties properties, ServingMetrics metrics) {
        DecodingSlots slots = new DecodingSlots(
                Runtime.getRuntime().availableProcessors(),
                properties.admission().maxPixels(),
                System::nanoTime);
        metrics.observe(slots);
        return slots;
    }

    /** Every model is loaded and warm when this bean is there, and only then does the server listen. */
    @Bean
    Classifiers classifiers(
            XceptionProperties properties,
            ServingSettings settings,
            ModelDirectory directory,
            AdmissionLimit admission,
            DecodingSlots slots,
            ServingMetrics metrics,
            LoadedModels models) {
        ModelLoader loader = new ModelLoader(
                settings,
                admission,
                slots,
                model -> new ModelLoader.Listeners(metrics.classifierListener(model), metrics.batchListener(model)));
        List<Classifier> classifiers = new ArrayList<>();
        for (String name : properties.model().names()) {
            LoadedModel model = loader.load(directory.resolve(
                    name, properties.model().precision(), properties.model().whenMissing(), new LoggedProgress(name)));
            models.models.add(model);
            metrics.observe(model.classifier());
            metrics.ready(model.classifier().model());
            classifiers.add(model.classifier());
        }
        return new Classifiers(classifiers);
    }
}
