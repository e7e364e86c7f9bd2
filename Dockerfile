# The built server. It needs DATABASE_URL, PUBLIC_URL, CURSOR_SECRET, SMTP_URL and MAIL_FROM: see docs/configuration.md.
# Prepare the database once with the same image, before the first start and after each update:
#   docker run --rm -e DATABASE_ADMIN_URL=… -e DATABASE_URL=… gatehouse node dist/src/db/setup/run-setup.js
#   docker run --rm -e DATABASE_ADMIN_URL=… -e DATABASE_URL=… gatehouse node dist/src/db/setup/run-migrate.js
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build
RUN npm prune --omit=dev

FROM node:22-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/prisma/migrations prisma/migrations
COPY --from=build /app/dist dist
USER node
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/start.js"]
