import dev.xception.client.ApiClient;
import dev.xception.client.ApiException;
import dev.xception.client.api.ClassificationApi;
import dev.xception.client.model.Classification;
import dev.xception.client.model.Problem;
import java.io.File;

/** Classifies a picture with the generated Java client: SERVER PICTURE. */
public class Classify {

    public static void main(String[] arguments) throws Exception {
        ApiClient client = new ApiClient();
        client.updateBaseUri(arguments[0]);
        try {
            Classification answer =
                    new ClassificationApi(client).classify(new File(arguments[1]), 3, null, null, null);
            System.out.println("model " + answer.getModel().getName() + ", weights " + answer.getModel().getWeights());
            answer.getPredictions()
                    .forEach(class_ -> System.out.println(class_.getLabel() + " " + class_.getProbability()));
        } catch (ApiException e) {
            Problem problem = client.getObjectMapper().readValue(e.getResponseBody(), Problem.class);
            System.out.println("problem " + problem.getStatus() + " " + problem.getType() + ": " + problem.getDetail());
        }
    }
}
