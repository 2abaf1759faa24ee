# One image for web, worker and beat. The embedded engines and the tests are not in it.
FROM node:22-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY static/src static/src
RUN npm run build

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements/app.txt requirements/app.txt
RUN pip install --no-cache-dir --no-deps --require-hashes --only-binary=:all: -r requirements/app.txt
COPY . .
COPY --from=assets /build/static/dist static/dist
COPY --from=assets /build/boligsak/letters/fonts boligsak/letters/fonts
ENV STATIC_ROOT=/app/collected DATA_DIR=/data
RUN BOLIGSAK_MODE=demo WITHOUT_DATABASE=yes python manage.py collectstatic --noinput \
 && pybabel compile --domain django --directory locale --locale nb \
 && useradd --system --uid 10001 boligsak \
 && install -d -o boligsak -g boligsak -m 700 /data
USER boligsak
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "boligsak.wsgi", "--bind", "0.0.0.0:8000", "--workers", "4", "--threads", "4"]
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["python", "docker/healthy.py"]
