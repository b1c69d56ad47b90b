def bench_scale(args):
    return 0
