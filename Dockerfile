# Odoo 19 with what the addons need beside it. The addons themselves are mounted, see
# docker-compose.yml.
FROM odoo:19.0

USER root
COPY requirements.txt /tmp/
# The last part of requirements.txt is ours; the rest, which the image has, serves as
# constraints. A folder of its own leaves the system's packages as they are, and the
# OCA addons cannot ask for `odoo` there: it is not on PyPI.
RUN cd /tmp \
    && sed '1,/^# what the addons stand on/d' requirements.txt > ours.txt \
    && grep --invert-match '^odoo-addon-' ours.txt > libraries.txt \
    && grep '^odoo-addon-' ours.txt > addons.txt \
    && pip3 install --no-cache-dir --target /opt/kuaidi \
        --constraint requirements.txt --requirement libraries.txt \
    && pip3 install --no-cache-dir --target /opt/kuaidi \
        --no-deps --requirement addons.txt \
    && rm requirements.txt ours.txt libraries.txt addons.txt
ENV PYTHONPATH=/opt/kuaidi
WORKDIR /srv/kuaidi
USER odoo
