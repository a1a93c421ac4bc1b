"""The oracle of the programs in this folder: what the kernel says of this very process, read by itself at its end."""


def print_own_peak():
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                print("VmHWM", line.split()[1], flush=True)
