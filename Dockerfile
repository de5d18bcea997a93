# The service and the command line. Nothing in it is secret: keys and passwords come with the environment or the workspace.

FROM node:20.20.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-fund --no-audit
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
RUN node scripts/build.mjs

FROM node:20.20.2-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-fund --no-audit

FROM node:20.20.2-bookworm-slim
ENV NODE_ENV=production MEDGRAFT_HOME=/workspace
WORKDIR /app
COPY package.json LICENSE ./
COPY cypher ./cypher
COPY kg-import ./kg-import
COPY toy_kg ./toy_kg
COPY recipes ./recipes
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
RUN ln -s /app/dist/cli.js /usr/local/bin/medgraft && mkdir /workspace && chown node:node /workspace
USER node
VOLUME /workspace
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health/live').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js"]
