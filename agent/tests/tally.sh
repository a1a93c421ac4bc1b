# tally.sh: what the test scripts say of each test, and add up in the file HW_TALLY. To be sourced.
passed() { echo "passed: $1"; echo "1 0 0" >> "$HW_TALLY"; }
failed() { echo "failed: $1"; echo "0 1 0" >> "$HW_TALLY"; }
skipped() { echo "skipped: $1"; echo "0 0 1" >> "$HW_TALLY"; }
finish() {
    awk '{p += $1; f += $2; s += $3} END {printf "%d passed, %d failed, %d skipped\n", p, f, s; exit f > 0}' "$HW_TALLY"
    exit
}
