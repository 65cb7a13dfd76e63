# syntax=docker/dockerfile:1
FROM node:20-bookworm-slim AS build
WORKDIR /src
ENV NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json ./
COPY packages/gears/package.json ./packages/gears/
COPY packages/engine/package.json ./packages/engine/
RUN npm ci
COPY . .
# The image holds the package as npm installs it: e2e/package.spec.ts runs these lines and starts what the last stage copies.
RUN mkdir -p /pack /app && npm pack --silent --pack-destination /pack
RUN npm install --prefix /app --no-audit --no-fund --prefer-offline /pack/gearboard-*.tgz

FROM node:20-bookworm-slim
ENV NODE_ENV=production \
    NEXT_TELEMETRY_DISABLED=1 \
    HOST=0.0.0.0 \
    PORT=3000 \
    GEARBOARD_DATA=/data
WORKDIR /app
COPY --from=build /app ./
RUN mkdir -p /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "node_modules/gearboard/bin/health.mjs"]
CMD ["node", "node_modules/gearboard/bin/gearboard.mjs"]
