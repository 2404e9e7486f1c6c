"""Memory of a collecting process with its parser children, over many polls of 200 feeds.

    python bench/bench_memory.py [--rounds 50 --feeds 200 --entries 50]

Most rounds find nothing new, every third finds new bodies without 304, so that the children work too. Resident memory
of the whole family in MB; pages that several of them map are counted once in all (Pss).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
from pathlib import Path
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.bench_collect import poll_with_kentongan, serve
from bench.cpu import get_family, get_memory_mb

TARGET = 250  # MB
PHASES = ("304", "new", "200")


def main() -> None:
    """Poll again and again and print how memory, threads and open files develop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--entries", type=int, default=50)
    args = parser.parse_args()
    print(f"{'round':>6}{'MB':>8}{'processes':>11}{'threads':>9}{'files':>7}")
    with serve(args.feeds, args.entries) as host, tempfile.TemporaryDirectory() as folder:
        for poll in poll_with_kentongan(host, args.feeds, Path(folder)):
            seen = []
            for number in range(1, args.rounds + 1):
                urlopen(f"http://{host}/phase/{PHASES[number % 3]}").close()
                poll()
                seen.append(get_memory_mb())
                if number == 1 or number % 10 == 0:
                    files = len(list(Path("/proc/self/fd").iterdir()))
                    threads = threading.active_count()
                    print(f"{number:6}{seen[-1]:8.0f}{len(get_family()):11}{threads:9}{files:7}", flush=True)
            print(f"most {max(seen):.0f} MB (target {TARGET}); round 10 to the last: {seen[-1] - seen[9]:+.1f} MB")


if __name__ == "__main__":
    main()
