package dev.xception.modelimport.keras;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network as nodes, every one after its inputs.
 *
 * @param nodes all that lead from the input to the output
 */
public record Graph(Node input, Node output, List<Node> nodes) {

    /** The nodes that {@code output} needs, in an order in which they can be computed. */
    public static Graph of(Node input, Node output) {
        List<Node> ordered = new ArrayList<>();
        Set<Node> listed = new HashSet<>();
        Deque<Node> open = new ArrayDeque<>(List.of(output));
        while (!open.isEmpty()) {
            Node node = open.peek();
            List<Node> missing = node.inputs().stream()
                    .filter(needed -> !listed.contains(needed))
                    .toList();
            if (listed.contains(node)) {
                open.pop();
            } else if (missing.isEmpty()) {
                listed.add(open.peek());
                ordered.add(open.pop());
            } else {
                missing.reversed().forEach(open::push);
            }
        }
        return new Graph(input, output, List.copyOf(ordered));
    }

    /** How many nodes, the graph's output counted as one, take each node's output. */
    public Map<Node, Integer> consumers() {
        Map<Node, Integer> counts = new HashMap<>();
        counts.put(output, 1);
        for (Node node : nodes) {
            node.inputs().forEach(needed -> counts.merge(needed, 1, Integer::sum));
        }
        return counts;
    }
}
