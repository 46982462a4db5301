# The two commands of the README. The build itself is meson's: see meson.build.
MESON = meson
BUILD = build
CHECK = build-check
COVERAGE = build-coverage
N = 60
FUZZ = build-fuzz
SAMPLE = tests/samples/sample.spun.txt

.PHONY: all demo check check-cluster check-deb fuzz check-first analyze coverage mutate soak faults tsan docs clean install format setup

all: $(BUILD)/build.ninja
	ninja -C $(BUILD)

# Installs what is missing; quick when nothing is.
setup:
	@sh .ci/setup

demo: setup
	@$(MAKE) --no-print-directory all
	@echo
	$(BUILD)/unspin clean --word-diff $(SAMPLE)

check: setup
	@$(MAKE) --no-print-directory $(CHECK)/build.ninja
	@sh .ci/check $(CHECK)

# GNU parallel, Slurm and Spark's pipe: what is not installed is skipped, with a word.
check-cluster: all
	sh tests/cluster/run.sh $(BUILD)/unspin

# Hours of work on pages that change and come again: memory must stay flat, bytes the same.
soak: all
	python3 -B tests/soak/soak.py $(BUILD)/unspin --minutes $(or $(MINUTES),120)

# Every allocation and every system call of every scene fails once. About an hour; `make check` has a sample.
faults: all
	ninja -C $(BUILD) tests/faults/libfaults.so
	python3 -B tests/faults/walk.py $(BUILD)/unspin $(BUILD)/tests/faults/libfaults.so --jobs 2

# Threads under ThreadSanitizer; the compiled data is that of the release build.
TSAN = build-tsan
tsan: all
	test -f $(TSAN)/build.ninja || $(MESON) setup $(TSAN) --buildtype=debugoptimized -Db_sanitize=thread
	ninja -C $(TSAN) unspin
	cp -p $(BUILD)/data/*.* $(TSAN)/data/
	python3 -B tests/threads/test_threads.py $(TSAN)/unspin

# Every fuzz target for MINUTES=n (or FUZZ_SECONDS=n): needs clang. tests/fuzz/README.md tells more.
fuzz: $(FUZZ)/build.ninja
	ninja -C $(FUZZ) fuzzers
	python3 -B tests/fuzz/run.py $(FUZZ) $${FUZZ_SECONDS:-$$(($(or $(MINUTES),5) * 60))}

# Debian packages: build, lintian, install, run, remove. Needs root, dpkg-dev, debhelper and lintian.
check-deb:
	sh debian/check.sh

# clang-tidy, cppcheck and gcc -fanalyzer; what is not installed is skipped. tests/analyze/exceptions.tsv holds the exceptions.
analyze: all
	python3 -B tests/analyze/analyse.py $(BUILD)

# Lines and branches of src/ that the tests run. Without the sandbox, within which no counts could be
# written, and so without its suite; nor with the suite "install", which looks at what is shipped, and "faults", whose
# failing calls would break the files of counts too.
coverage: setup
	rm -rf $(COVERAGE)
	$(MESON) setup $(COVERAGE) --buildtype=plain -Doptimization=g -Ddebug=true -Db_ndebug=true -Db_coverage=true \
	  -Dc_args='-fprofile-update=atomic -DUNSPIN_NO_LANDLOCK' -Dseccomp=disabled -Dtests=enabled
	ninja -C $(COVERAGE)
	LC_ALL=C.UTF-8 $(MESON) test -C $(COVERAGE) --no-rebuild --timeout-multiplier 5 --no-suite install --no-suite sandbox --no-suite faults; \
	python3 -B tests/coverage/report.py $(COVERAGE)

# Plants N small mistakes in restore/, phrases/ and batch/, one at a time, and tells how many the tests catch.
mutate: setup
	python3 -B tests/mutation/mutate.py -n $(N)

# How long it takes from a clone to the first cleaned file.
check-first:
	sh tests/install/first_file.sh

# The pages that are made from the source: after a change to src/unspin.h, or to what a room includes.
docs:
	python3 -B docs/tools/api.py
	python3 -B docs/tools/architecture.py

$(BUILD)/build.ninja:
	$(MESON) setup $(BUILD) --buildtype=release

$(CHECK)/build.ninja:
	$(MESON) setup $(CHECK) --buildtype=debugoptimized -Db_sanitize=address,undefined -Dtests=enabled

$(FUZZ)/build.ninja:
	CC=clang $(MESON) setup $(FUZZ) --buildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false -Dfuzz=true -Dtests=enabled

install: all
	$(MESON) install -C $(BUILD)

format:
	find src tests -name '*.[ch]' -exec clang-format -i {} +

clean:
	rm -rf $(BUILD) $(CHECK) $(FUZZ) $(COVERAGE) $(TSAN) build-mutate
