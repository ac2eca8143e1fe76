package dev.xception.modelimport.keras;

import dev.xception.modelimport.InvalidModelException;
import dev.xception.modelimport.keras.Argument.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/** One call of a layer on the outputs of others. */
record Call(LayerConfig layer, int index, List<Argument> arguments) {

    /** More than any real network has; nested models that call each other could otherwise grow without end. */
    static final int MAX_CALLS = 20_000;

    List<Tensor> tensors() {
        return LayerConfig.tensors(arguments);
    }

    private List<Tensor> outputs() {
        ModelConfig nested = layer.model();
        List<Tensor> outputs = new ArrayList<>();
        for (int i = 0; i < (nested == null ? 1 : nested.outputs().size()); i++) {
            outputs.add(new Tensor(layer.name(), index, i));
        }
        return outputs;
    }

    /**
     * The calls that depend on the model's inputs alone, each after those that it takes the outputs of. They are as near to
     * the file's order as that allows: what a pass through the file finds ready comes first, then what the next pass finds.
     */
    static List<Call> inOrder(ModelConfig model) {
        List<Call> calls = listed(model);
        Map<Tensor, List<Integer>> waiting = new HashMap<>();
        int[] missing = new int[calls.size()];
        for (int i = 0; i < missing.length; i++) {
            Set<Tensor> needed = new HashSet<>(calls.get(i).tensors());
            missing[i] = needed.size();
            int call = i;
            needed.forEach(tensor ->
                    waiting.computeIfAbsent(tensor, t -> new ArrayList<>()).add(call));
        }
        PriorityQueue<Turn> ready = new PriorityQueue<>();
        List<Call> ordered = new ArrayList<>();
        Deque<Tensor> given = new ArrayDeque<>(model.inputs());
        Turn turn = new Turn(0, -1);
        while (true) {
            for (Tensor tensor = given.poll(); tensor != null; tensor = given.poll()) {
                // Removed, since two layers of one name would give it twice.
                List<Integer> takers = waiting.remove(tensor);
                for (int call : takers == null ? List.<Integer>of() : takers) {
                    if (--missing[call] == 0) {
                        ready.add(turn.next(call));
                    }
                }
            }
            if (ready.isEmpty()) {
                return ordered;
            }
            turn = ready.remove();
            ordered.add(calls.get(turn.call));
            given.addAll(calls.get(turn.call).outputs());
        }
    }

    private static List<Call> listed(ModelConfig model) {
        List<Call> calls = new ArrayList<>();
        for (LayerConfig layer : model.layers()) {
            for (int i = 0; i < layer.calls().size(); i++) {
                Call call = new Call(layer, i, layer.calls().get(i));
                if (!call.tensors().isEmpty()) {
                    calls.add(call);
                }
            }
        }
        requireFew(calls.size());
        return calls;
    }

    static void requireFew(int calls) {
        if (calls > MAX_CALLS) {
            throw new InvalidModelException("the model calls more than " + MAX_CALLS + " layers");
        }
    }

    /** When a call is made: in which pass through the file, and where it stands there. */
    private record Turn(int pass, int call) implements Comparable<Turn> {

        /** The turn of a call that became ready in this one. */
        Turn next(int other) {
            return new Turn(other > call ? pass : pass + 1, other);
        }

        @Override
        public int compareTo(Turn other) {
            return pass == other.pass ? Integer.compare(call, other.call) : Integer.compare(pass, other.pass);
        }
    }
}
