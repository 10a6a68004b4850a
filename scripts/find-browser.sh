#!/bin/sh
# The browser that the tests drive: found, else installed from Debian's packages, else said clearly.
set -u
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests ..."
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium fonts-dejavu-core; } >/tmp/find-browser.log 2>&1 && exit 0
    echo "Chromium could not be installed; the last lines of apt-get:"
    tail -n 5 /tmp/find-browser.log
fi
echo "There is no Chromium on this machine, so the browser tests cannot run. As root: apt-get install chromium"
exit 0
