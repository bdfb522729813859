# The operator in a container. UNVERIFIED: written where no container engine is, never built yet (docs/install.md).
#
#   docker build -t lateen:0.1.0 .
#
# The result holds Node and one bundled file with the CRDs beside it: no npm packages, no compiler, no tests.
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
# Without scripts: the packages that are bundled need none, and what is not run cannot do harm.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts ./scripts
COPY crds ./crds
COPY src ./src
COPY sandbox ./sandbox
COPY LICENSE ./
# esbuild's own binary comes as an optional package, so it runs although its install script did not.
RUN node scripts/bundle.ts

FROM node:24-slim
WORKDIR /lateen
COPY --from=build /build/dist/ ./
COPY --from=build /build/LICENSE ./
# `node` of the base image is uid 1000; a number, so that runAsNonRoot can be checked.
USER 1000:1000
ENV NODE_ENV=production
# Nothing is written to the file system: it runs with a read-only root.
# A small young generation: V8 sizes it for the machine, and the operator keeps little for long (measured: 164 instead of
# 202 MiB with 100 applications).
ENTRYPOINT ["node", "--max-semi-space-size=8", "/lateen/lateen.mjs"]
CMD ["controller"]
