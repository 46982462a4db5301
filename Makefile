# The two commands of the README. The build itself is meson's: see meson.build.
MESON = meson
BUILD = build
CHECK = build-check
SAMPLE = tests/samples/sample.spun.txt

.PHONY: all demo check check-cluster check-deb docs clean install format setup

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

# Debian packages: build, lintian, install, run, remove. Needs root, dpkg-dev, debhelper and lintian.
check-deb:
	sh debian/check.sh

# The pages that are made from the source: after a change to src/unspin.h, or to what a room includes.
docs:
	python3 -B docs/tools/api.py
	python3 -B docs/tools/architecture.py

$(BUILD)/build.ninja:
	$(MESON) setup $(BUILD) --buildtype=release

$(CHECK)/build.ninja:
	$(MESON) setup $(CHECK) --buildtype=debugoptimized -Db_sanitize=address,undefined -Dtests=enabled

install: all
	$(MESON) install -C $(BUILD)

format:
	find src tests -name '*.[ch]' -exec clang-format -i {} +

clean:
	rm -rf $(BUILD) $(CHECK)
