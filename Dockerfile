# One image for every process of the product; the command chooses which one runs.
FROM node:24-bookworm-slim AS build
WORKDIR /pasture
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npx vite build builder && npm prune --omit=dev

FROM node:24-bookworm-slim
# Temporal's native worker checks certificates against the system's.
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/pasture/.pasture NODE_COMPILE_CACHE=/pasture/.pasture/compiled
WORKDIR /pasture
COPY --from=build --chown=node:node /pasture /pasture
RUN mkdir -p /pasture/.pasture && chown node:node /pasture/.pasture
USER node
EXPOSE 3000
CMD ["node", "engine/server.ts"]
