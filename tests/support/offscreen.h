#pragma once

#include <QFile>
#include <QSize>
#include <QString>
#include <QTemporaryDir>

namespace fanlight {

/// A screen of so many pixels for Qt's platform "offscreen", with the desktop's scale. Create it before the
/// application.
class OffscreenScreen {
public:
    OffscreenScreen(const QSize& pixels, double scale) {
        QFile file(folder_.filePath("screen.json"));
        if (!file.open(QIODevice::WriteOnly)) qFatal("The screen's file cannot be written.");
        const QString screen =
            "{ \"screens\": [{ \"name\": \"screen\", \"x\": 0, \"y\": 0, \"width\": %1, \"height\": %2, "
            "\"logicalDpi\": 96 }] }";
        file.write(screen.arg(pixels.width()).arg(pixels.height()).toUtf8());
        qputenv("QT_QPA_PLATFORM", "offscreen:configfile=" + file.fileName().toUtf8());
        qputenv("QT_SCALE_FACTOR", QByteArray::number(scale));
    }

private:
    QTemporaryDir folder_;
};

}  // namespace fanlight
