#pragma once

#include <QDBusVariant>
#include <QObject>

namespace fanlight::ui {

/// Whether the desktop prefers light or dark, as its portal says (org.freedesktop.appearance); asked asynchronously.
class ColourScheme : public QObject {
    Q_OBJECT

public:
    explicit ColourScheme(QObject* parent = nullptr);

Q_SIGNALS:
    /// Emitted once if the portal has a preference, and whenever it changes.
    void preferred(bool dark);

private Q_SLOTS:
    void settingChanged(const QString& group, const QString& key, const QDBusVariant& value);
};

}  // namespace fanlight::ui
