# syntax=docker/dockerfile:1
FROM node:20-bookworm-slim AS build
WORKDIR /src
ENV NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json ./
COPY packages/gears/package.json ./packages/gears/
COPY packages/engine/package.json ./packages/engine/
RUN npm ci
COPY . .
RUN node bin/build.mjs && node bin/build-engine.mjs

FROM node:20-bookworm-slim
ENV NODE_ENV=production \
    NEXT_TELEMETRY_DISABLED=1 \
    HOST=0.0.0.0 \
    PORT=3000 \
    GEARBOARD_DATA=/data
WORKDIR /app
COPY --from=build /src/package.json ./
COPY --from=build /src/bin ./bin
COPY --from=build /src/lib/server/listen-rule.mjs /src/lib/server/base-path.mjs ./lib/server/
COPY --from=build /src/.next/BUILD_ID ./.next/BUILD_ID
COPY --from=build /src/.next/standalone ./.next/standalone
# Next does not trace the engine: it is another program, bundled with its Python sources beside it.
COPY --from=build /src/dist ./dist
COPY --from=build /src/packages/engine ./packages/engine
COPY --from=build /src/node_modules/pyodide ./node_modules/pyodide
RUN mkdir -p /data .cache && chown node:node /data .cache
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "bin/health.mjs"]
CMD ["node", "bin/gearboard.mjs"]
