# syntax=docker/dockerfile:1
# One image for web, sockets, relay, workers and beat; the command says which. Runs as a user without rights.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --require-hashes -r requirements.txt
COPY . /app
WORKDIR /app
# Static files are named by their content, so they are collected once, into the image.
RUN UMEMPLOYED_ENV=test DATABASE_URL=postgres:///unused REDIS_URL=redis://unused \
    /venv/bin/python manage.py collectstatic --noinput

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 UMEMPLOYED_VAR=/var/lib/umemployed
RUN groupadd --system --gid 10001 umemployed \
    && useradd --system --uid 10001 --gid umemployed --home-dir /app --no-create-home umemployed \
    && install -d -o umemployed -g umemployed /var/lib/umemployed
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["gunicorn", "--config", "deploy/gunicorn.py", "umemployed.wsgi:application"]
