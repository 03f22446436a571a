#pragma once

#include <QDBusVariant>
#include <QObject>

namespace fanlight::ui {

/// Whether the desktop wants light or dark, as its portal says (org.freedesktop.appearance); asked without waiting.
class ColourScheme : public QObject {
    Q_OBJECT

public:
    explicit ColourScheme(QObject* parent = nullptr);

Q_SIGNALS:
    /// Told once when the portal has a wish, and whenever that changes.
    void wished(bool dark);

private Q_SLOTS:
    void settingChanged(const QString& group, const QString& key, const QDBusVariant& value);
};

}  // namespace fanlight::ui
