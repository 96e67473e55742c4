"""Cycles of a directed graph, found without recursion in time linear in nodes and edges."""

from collections.abc import Iterator, Mapping, Sequence

Graph = Mapping[str, Sequence[str]]


def cycles(graph: Graph) -> Iterator[list[str]]:
    """Return one shortest cycle, as its nodes in order, for every set of nodes that reach one another.

    An edge from a node to itself is no cycle here.

    Args:
        graph: node to the nodes that its edges lead to; nodes that are no keys have no edges.
    """
    if is_acyclic(graph):
        return
    for component in _components(graph):
        if len(component) > 1:
            yield _cycle(graph, component)


def is_acyclic(graph: Graph) -> bool:
    """Return whether no node can be reached from itself: taking away what nothing leads to leaves nothing.

    Source: A. B. Kahn, "Topological sorting of large networks", Communications of the ACM 5(11), 1962.
    """
    left: dict[str, int] = dict.fromkeys(graph, 0)
    for edges in graph.values():
        for node in edges:
            if node in left:
                left[node] += 1
    free = [node for node, count in left.items() if count == 0]
    for node in free:
        for following in graph[node]:
            if following in left:
                left[following] -= 1
                if left[following] == 0:
                    free.append(following)
    return len(free) == len(left)


def _components(graph: Graph) -> Iterator[list[str]]:
    """Return the strongly connected components, each in the order in which it was found.

    Source: R. Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1(2), 1972; with a
    stack of its own instead of recursion.
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    held: dict[str, None] = {}  # the nodes that are in no component yet, in order
    for root in graph:
        if root in index:
            continue
        work: list[tuple[str, Iterator[str]]] = [(root, iter(graph[root]))]
        index[root] = low[root] = len(index)
        held[root] = None
        while work:
            node, edges = work[-1]
            following = next(edges, None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    yield _taken(held, node)
            elif following not in index:
                index[following] = low[following] = len(index)
                held[following] = None
                work.append((following, iter(graph.get(following, ()))))
            elif following in held:
                low[node] = min(low[node], index[following])


def _taken(held: dict[str, None], until: str) -> list[str]:
    """Take nodes off the end, down to and with one of them."""
    taken: list[str] = []
    while not taken or taken[-1] != until:
        taken.append(held.popitem()[0])
    taken.reverse()
    return taken


def _cycle(graph: Graph, component: list[str]) -> list[str]:
    """Return a shortest way from the first node of a component back to it."""
    start, inside = component[0], set(component)
    came: dict[str, str] = {}
    queue = [start]
    for node in queue:
        for following in graph.get(node, ()):
            if following == start and node != start:
                return _way(came, start, node)
            if following in inside and following not in came and following != start:
                came[following] = node
                queue.append(following)
    return component


def _way(came: dict[str, str], start: str, end: str) -> list[str]:
    way = [end]
    while way[-1] != start:
        way.append(came[way[-1]])
    way.reverse()
    return way
