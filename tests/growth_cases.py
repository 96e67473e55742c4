"""Whether work grows with its input and not faster, decided so that a busy machine cannot say otherwise."""

import gc
import time


def seconds(work, *arguments, rounds=3):
    """Return the processor time of the best of a few rounds, without collections of what others left."""
    times = []
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            start = time.process_time()
            work(*arguments)
            times.append(time.process_time() - start)
    finally:
        gc.enable()
    return min(times)


def grows_in_proportion(work, make, size, *, factor=8, slack=0.05):
    """Check that ``factor`` times the input takes less than half of what a quadratic step would.

    Args:
        work: takes what ``make`` makes.
        make: takes a size.
        size: of the small input; large enough that the work on it can be measured.
        factor: how much larger the large one is.
        slack: seconds that do not count.
    """
    small, large = make(size), make(factor * size)
    work(small)  # what is cached at first use is not the question
    assert seconds(work, large) < factor * factor / 2 * seconds(work, small) + slack
