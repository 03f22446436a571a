#include "ui/desktop/colour_scheme.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

namespace fanlight::ui {

namespace {

constexpr const char *service = "org.freedesktop.portal.Desktop", *path = "/org/freedesktop/portal/desktop",
                     *interface = "org.freedesktop.portal.Settings";
constexpr const char *appearance = "org.freedesktop.appearance", *scheme = "color-scheme";
constexpr uint noPreference = 0, dark = 1;

}  // namespace

ColourScheme::ColourScheme(QObject* parent) : QObject(parent) {
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) return;
    bus.connect(service, path, interface, "SettingChanged", this, SLOT(settingChanged(QString, QString, QDBusVariant)));
    QDBusMessage call = QDBusMessage::createMethodCall(service, path, interface, "Read");
    call << appearance << scheme;
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        const QDBusPendingReply<QDBusVariant> reply = *watcher;
        if (reply.isValid()) settingChanged(appearance, scheme, reply.value());
        watcher->deleteLater();
    });
}

void ColourScheme::settingChanged(const QString& group, const QString& key, const QDBusVariant& value) {
    if (group != appearance || key != scheme) return;
    // Read() wraps the value once more than the signal does.
    QVariant preference = value.variant();
    if (preference.canConvert<QDBusVariant>()) preference = preference.value<QDBusVariant>().variant();
    if (preference.toUInt() != noPreference) Q_EMIT preferred(preference.toUInt() == dark);
}

}  // namespace fanlight::ui

#include "moc_colour_scheme.cpp"
