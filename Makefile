# make run    set everything up and open the app on the bundled data
# make test   set everything up and run all tests, in a real browser too
# make check  ruff, mypy, a look at known vulnerabilities, and the tests
# make lock   write requirements.lock anew, of which the container is made: the newest versions in the ranges, with their hashes
# make bench  what the work costs, side by side into docs/bench.md (of your own files: make bench FILES="a.csv b.csv";
#             some groups of rows alone: make bench BENCH="--only users pages")
# make truth  how often the app is right on listeners whose truth is known (a minute or two; hours with: make truth FULL=--full)
# make kills  what is lost when worker processes, the command or the app are killed (some twenty minutes; less: make kills
#             KILLS="--listeners 20 --rounds 1 --only many")
# make faults  what a person may expect when something fails: full disks, kills, a browser that is offline ... (some minutes; for
#             longer: make faults FAULTS="--minutes 60"; some alone: make faults FAULTS="--only 3 7")
# make fuzz   damaged uploads are read or refused, and exports hold no formula (ten minutes; another time and other damage:
#             make fuzz FUZZ="--seconds 60 --seed 7")
# make pictures  take the pictures of the documentation from the app itself, into docs/pictures
# make data   write the bundled data sets anew
# make words  bring the catalogues of other languages up to date with the code (a new one with: make words LANGUAGE=de)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PORT ?= 8501
# Processes that run the tests. One more than the cores that CI has: a test in a browser waits half of its time.
TESTERS ?= 3

.PHONY: run test check lint audit lock bench truth kills faults fuzz pictures words data clean
.DEFAULT_GOAL := run

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "Python has no working venv module. On Debian or Ubuntu: sudo apt install python3-venv" >&2; exit 1; }

# LightGBM's wheels leave OpenMP to the system, and a bare Debian or macOS has none.
define openmp
	@$(BIN)/python -c 'import lightgbm' 2>/dev/null || { \
	  echo "LightGBM needs the OpenMP library; installing it ..."; \
	  if command -v apt-get >/dev/null; then \
	    if [ "$$(id -u)" = 0 ]; then as_root=""; else as_root="sudo"; fi; \
	    $$as_root apt-get update -q >/dev/null && $$as_root apt-get install -qy libgomp1 >/dev/null; \
	  elif command -v brew >/dev/null; then brew install --quiet libomp; fi; \
	  $(BIN)/python -c 'import lightgbm' || { \
	    echo "Install OpenMP by hand: 'apt install libgomp1' on Debian, 'brew install libomp' on macOS." >&2; exit 1; }; }
endef

# The stamps are touched last: an installation that was interrupted is done again.
$(VENV)/run.stamp: requirements.txt | $(BIN)/python
	@echo "Installing what the app needs (a minute or two, once) ..."
	@$(PIP) install -r requirements.txt
	$(openmp)
	@touch $@

$(VENV)/dev.stamp: requirements.txt requirements-dev.txt | $(BIN)/python
	@echo "Installing what the app and its tests need (a minute or two, once) ..."
	@$(PIP) install -r requirements-dev.txt
	$(openmp)
	@touch $@ $(VENV)/run.stamp

run: $(VENV)/run.stamp
	$(BIN)/python -m streamlit run app.py --server.port $(PORT)

test: $(VENV)/dev.stamp
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m pytest -n $(TESTERS) --dist loadfile --no-loadscope-reorder

lint: $(VENV)/dev.stamp
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy

audit: $(VENV)/dev.stamp
	$(BIN)/python -m tests.audit

check: lint audit test

# For the image's Python and kernel; the hashes are those of all files of a version, so that they hold on any processor.
lock: $(VENV)/dev.stamp
	$(BIN)/uv pip compile --no-config --default-index https://pypi.org/simple --upgrade --generate-hashes --only-binary :all: \
	  --python-version 3.12 --python-platform x86_64-manylinux_2_28 --custom-compile-command "make lock" --quiet \
	  --output-file requirements.lock requirements.txt requirements-cluster.txt

$(VENV)-peers/stamp: tests/peers/requirements.txt | $(BIN)/python
	@$(PYTHON) -m venv $(VENV)-peers
	@$(VENV)-peers/bin/python -m pip --disable-pip-version-check --quiet install -r $<
	@touch $@

bench: $(VENV)/dev.stamp $(VENV)-peers/stamp
	$(BIN)/python -m tests.bench $(FILES) $(BENCH)

truth: $(VENV)/dev.stamp
	$(BIN)/python -m tests.benchmark_truth $(FULL)

kills: $(VENV)/dev.stamp
	$(BIN)/python -m tests.kills $(KILLS)

faults: $(VENV)/dev.stamp
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m tests.faults $(FAULTS)

fuzz: $(VENV)/dev.stamp
	$(BIN)/python -m tests.fuzz $(FUZZ)

pictures: $(VENV)/dev.stamp
	$(BIN)/python -m tests.browser.pictures

LANGUAGE ?= nb
words: $(VENV)/dev.stamp
	PYTHONPATH=. $(BIN)/pybabel -q extract -F babel.cfg --no-default-keywords -k say -k mark -k many:1,2 --add-location=file --no-wrap \
	  --omit-header -o $(VENV)/messages.pot app.py core pages
	$(BIN)/pybabel -q update --init-missing --no-fuzzy-matching --ignore-obsolete --no-wrap --omit-header \
	  -i $(VENV)/messages.pot -o core/locale/$(LANGUAGE).po -l $(LANGUAGE)

data: $(VENV)/run.stamp
	$(BIN)/python -m core.simulate data

clean:
	rm -rf $(VENV) $(VENV)-peers .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
