# make demo   the main job on a made-up cohort of 47, from DICOM to the report
# make test   every check and test; installs what it needs where it may
# make help   the rest

PYTHON ?= python3
UV ?= $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
OUT ?= demo
export UV_PYTHON ?= $(PYTHON)
export UV_PYTHON_DOWNLOADS ?= never
export UV_COMPILE_BYTECODE ?= 1
# Compiled files make every start of the command several times faster.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check viewer bench soak docs oracles system-packages help clean

demo: .venv/run
	.venv/bin/adcurate demo $(OUT) --overwrite

test: .venv/dev system-packages check viewer
	.venv/bin/pytest -n 2 --dist loadfile

check: .venv/dev
	.venv/bin/ruff format --check src tests benchmarks hatch_build.py
	.venv/bin/ruff check src tests benchmarks hatch_build.py
	.venv/bin/mypy
	.venv/bin/lint-imports

# The reading room's page, in place; Node comes with the Python packages.
viewer: .venv/dev
	.venv/bin/python hatch_build.py

bench: .venv/bench
	.venv/bin/python benchmarks/adc_fit.py
	.venv/bin/python benchmarks/contours.py
	.venv/bin/python benchmarks/roc.py
	.venv/bin/python benchmarks/memory.py
	.venv/bin/python benchmarks/analyze.py
	.venv/bin/python benchmarks/start_up.py
	.venv/bin/python benchmarks/dicom_index.py
	.venv/bin/python benchmarks/native_pixels.py
	.venv/bin/python benchmarks/ingest.py
	.venv/bin/python benchmarks/many_files.py
	.venv/bin/python benchmarks/readers_saving.py
	.venv/bin/python benchmarks/reading_room.py
	.venv/bin/python benchmarks/reading_page.py

# Minutes to hours: every mutated file, every system call of an ingest, every number of the dictionary attack.
soak: .venv/dev system-packages
	ADCURATE_SOAK=1 .venv/bin/pytest tests/dicom/hostile tests/dicom/deidentification tests/dicom/network tests/crash

docs: .venv/docs
	.venv/bin/zensical build

oracles:
	tests/oracles/regenerate

system-packages:
	@.ci/system-packages

help:
	@sed -n 's/^# //p' Makefile
	@echo "make check  formatting, types and floors"
	@echo "make viewer  the page of the reading room, built in place"
	@echo "make bench  timings beside peers, as ratios in one run"
	@echo "make soak   the long tier: mutated files, crashes, floods"
	@echo "make docs   the documentation site, in site/"
	@echo "make oracles  the frozen answers of R, made again (needs R)"

clean:
	rm -rf .venv .uv site dist demo viewer/node_modules src/adcurate/_web

# One environment; each mark says that a set of packages is in it.
.venv/run: pyproject.toml uv.lock | $(UV)
	$(UV) sync --frozen --inexact --no-default-groups --quiet
	@touch $@

.venv/dev: pyproject.toml uv.lock | $(UV)
	$(UV) sync --frozen --inexact --quiet
	@touch $@ .venv/run

.venv/bench: .venv/dev | $(UV)
	$(UV) sync --frozen --inexact --group bench --quiet
	@touch $@

.venv/docs: .venv/dev | $(UV)
	$(UV) sync --frozen --inexact --group docs --quiet
	@touch $@

.uv/bin/uv:
	$(PYTHON) -m venv .uv
	.uv/bin/python -m pip install --quiet --disable-pip-version-check uv
