# docker build -t spotter . && docker run --rm -v "$PWD:/pictures" spotter find street.jpg "the red bus"
# Debian, since ONNX Runtime needs glibc.
FROM node:22-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Only the binaries of this platform stay of ONNX Runtime: 288 MB become 46 MB.
RUN npm ci --omit=dev \
  && cd node_modules/onnxruntime-node/bin/napi-v* \
  && find . -mindepth 2 -maxdepth 2 -type d \
    ! -path "./linux/$(node -p process.arch)" -exec rm -rf {} +

FROM node:22-slim
ENV NODE_ENV=production
# Whatever user it is run as: fontconfig complains when it finds no place for its cache.
ENV XDG_CACHE_HOME=/tmp/.cache
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json LICENSE NOTICE ./
COPY bin bin
COPY adapters adapters
COPY src src
COPY models models
COPY prompts prompts
# Answers are drawn where the pictures are.
RUN mkdir /pictures && chown node:node /pictures
USER node
WORKDIR /pictures
ENTRYPOINT ["node", "/app/bin/spotter.js"]
CMD ["--help"]
