# One image for the app, the scheduler and the workers, so that all of them have the same version.
FROM python:3.12.14-slim-bookworm
# LightGBM's OpenMP. No version of it is named: Debian keeps the newest of a release alone.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.lock ./
# Wheels alone: nothing of a package runs while it is installed.
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock
# By name, so that nothing else of a checkout gets in: no .env, no secrets.toml.
COPY app.py ./
COPY .streamlit/config.toml .streamlit/
COPY core core
COPY pages pages
COPY data data
# Who runs it writes nothing here, so that modules are compiled now. What is kept goes to /data, all else to /tmp.
RUN python -m compileall -q core pages && chmod -R a+rX . \
 && useradd --uid 10001 --no-create-home earprint && install -d -o earprint /data
# Without its greeting Streamlit does not ask the net for this machine's address.
ENV EARPRINT_DATABASE=sqlite:////data/earprint.sqlite EARPRINT_CACHE=/data/results NUMBA_CACHE_DIR=/tmp/numba \
    STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE=true PYTHONUNBUFFERED=1
USER 10001:10001
EXPOSE 8501
# Runs app.py: until the router has run once, an address of one page would start that page without it.
HEALTHCHECK --interval=20s --timeout=70s --start-period=120s CMD ["python", "-c", \
 "import http.client as h, sys; c = h.HTTPConnection('127.0.0.1', 8501, timeout=65); c.request('GET', '/_stcore/script-health-check'); sys.exit(c.getresponse().status != 200)"]
CMD ["python", "-m", "streamlit", "run", "app.py", "--server.address", "0.0.0.0"]
