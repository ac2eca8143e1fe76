package dev.xception.classification;

/** The k largest of an array. */
public final class TopK {

    private TopK() {}

    /**
     * Indices of the {@code k} largest values, largest first; of equal values the lower index comes first.
     *
     * @throws IllegalArgumentException if {@code k} is not in 1..length
     */
    public static int[] indices(float[] values, int k) {
        if (k < 1 || k > values.length) {
            throw new IllegalArgumentException("k must be from 1 to %d, not %d".formatted(values.length, k));
        }
        int[] best = new int[k];
        int found = 0;
        for (int i = 0; i < values.length; i++) {
            if (found == k && values[i] <= values[best[k - 1]]) {
                continue;
            }
            int place = found < k ? found++ : k - 1;
            while (place > 0 && values[i] > values[best[place - 1]]) {
                best[place] = best[place - 1];
                place--;
            }
            best[place] = i;
        }
        return best;
    }
}
