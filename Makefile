# The two commands of the README. The build itself is meson's: see meson.build.
MESON = meson
BUILD = build
CHECK = build-check
SAMPLE = tests/samples/sample.spun.txt

.PHONY: all demo check clean install format setup

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
