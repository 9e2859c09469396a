# docker build -t spotter . && docker run --rm -v "$PWD:/pictures" spotter find street.jpg "the red bus"
# With CUDA, see docs/gpu.md: docker build --target gpu -t spotter-gpu . && docker run --gpus all …
# Debian, since ONNX Runtime needs glibc. To pin it: --build-arg NODE_IMAGE=node:22-slim@sha256:…, see docs/deploy.md.
ARG NODE_IMAGE=node:22-slim
FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Only the binaries of this platform stay of ONNX Runtime: 288 MB become 46 MB.
RUN npm ci --omit=dev \
  && cd node_modules/onnxruntime-node/bin/napi-v* \
  && find . -mindepth 2 -maxdepth 2 -type d \
    ! -path "./linux/$(node -p process.arch)" -exec rm -rf {} +

FROM packages AS cuda-packages
# What "npm run gpu:install" does: fetches ONNX Runtime's libraries for CUDA.
RUN ONNXRUNTIME_NODE_INSTALL=true node node_modules/onnxruntime-node/script/install.js

# The root of the images may be read-only: the program is compiled here, and not on first use.
FROM packages AS compiled
COPY bin bin
COPY adapters adapters
COPY src src
RUN node -e "import('/app/bin/compile.js').then(async (c) => process.exit((await c.compiledProgram()) ? 0 : 1))"

FROM ${NODE_IMAGE} AS program
WORKDIR /app
COPY package.json LICENSE NOTICE ./
COPY bin bin
COPY adapters adapters
COPY src src
COPY models models
COPY prompts prompts
COPY examples examples
COPY --from=compiled /app/.spotter .spotter

# CUDA 13 and cuDNN 9, which ONNX Runtime 1.27 and later are built for.
FROM nvidia/cuda:13.0.2-cudnn-runtime-ubuntu24.04 AS gpu
ENV NODE_ENV=production XDG_CACHE_HOME=/tmp/.cache MALLOC_MMAP_THRESHOLD_=65536
COPY --from=program /usr/local/bin/node /usr/local/bin/node
COPY --from=program /app /app
COPY --from=cuda-packages /app/node_modules /app/node_modules
RUN mkdir /pictures && chown 1000:1000 /pictures
USER 1000:1000
WORKDIR /pictures
ENTRYPOINT ["node", "/app/bin/spotter.js"]
CMD ["--help"]

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
# Whatever user it is run as: fontconfig complains when it finds no place for its cache.
ENV XDG_CACHE_HOME=/tmp/.cache
# Freed rasters go back to the system: over 500 questions memory stays where it was, see bench/memory.ts.
ENV MALLOC_MMAP_THRESHOLD_=65536
COPY --from=program /app /app
COPY --from=packages /app/node_modules /app/node_modules
# Answers are drawn where the pictures are.
RUN mkdir /pictures /state && chown node:node /pictures /state
USER node
WORKDIR /pictures
ENTRYPOINT ["node", "/app/bin/spotter.js"]
CMD ["--help"]
