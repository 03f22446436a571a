#pragma once

#include <QFile>
#include <QImage>
#include <QProcess>
#include <QTemporaryDir>
#include <QtEndian>
#include <array>
#include <optional>

/// A private X server in memory (Xvfb), with simulated keyboard and mouse (xdotool). There is no window manager:
/// focus() decides which window receives the keys.
namespace fanlight {

class XDisplay {
public:
    static constexpr int width = 1600, height = 960;

    /// False if it did not start.
    bool start() {
        server_.start("Xvfb", {"-displayfd", "1", "-screen", "0", QString("%1x%2x24").arg(width).arg(height), "-fbdir",
                               memory_.path(), "-nolisten", "tcp", "-noreset"});
        if (!server_.waitForStarted() || !server_.waitForReadyRead()) return false;
        environment_.insert("DISPLAY", ":" + QString::fromLatin1(server_.readLine()).trimmed());
        environment_.insert("QT_QPA_PLATFORM", "xcb");
        return true;
    }
    ~XDisplay() {
        server_.terminate();
        server_.waitForFinished();
    }

    /// For programs that are to be shown here.
    QProcessEnvironment environment() const { return environment_; }

    /// The command's output; nullopt if it failed.
    std::optional<QString> xdotool(const QStringList& arguments) const {
        QProcess process;
        process.setProcessEnvironment(environment_);
        process.start("xdotool", arguments);
        if (!process.waitForFinished() || process.exitCode() != 0) return {};
        return QString::fromUtf8(process.readAllStandardOutput()).trimmed();
    }

    /// The visible window whose title matches; "": none.
    QString window(const QString& title) const {
        return xdotool({"search", "--onlyvisible", "--name", title}).value_or("").section('\n', -1);
    }
    QString titleOf(const QString& window) const { return xdotool({"getwindowname", window}).value_or(""); }
    bool focus(const QString& window) const {
        return !window.isEmpty() && xdotool({"windowfocus", window}) &&
               xdotool({"getwindowfocus", "-f"}).value_or("") == window;
    }

    void press(const QString& keys) const { xdotool({"key", "--clearmodifiers", keys}); }
    void type(const QString& text) const { xdotool({"type", "--clearmodifiers", "--delay", "20", text}); }
    void click(const QPoint& place) const {
        xdotool({"mousemove", QString::number(place.x()), QString::number(place.y()), "click", "1"});
    }

    /// The whole screen, which the server keeps in a file in xwd format.
    QImage screenshot() const {
        QFile file(memory_.filePath("Xvfb_screen0"));
        if (!file.open(QIODevice::ReadOnly)) return {};
        const QByteArray dump = file.readAll();
        constexpr int headerSize = 0, lineBytes = 12, colours = 19, fields = 25, colourBytes = 12;
        if (dump.size() < fields * 4) return {};
        const auto field = [&](int number) { return qFromBigEndian<quint32>(dump.constData() + number * 4); };
        const qsizetype begin = field(headerSize) + field(colours) * colourBytes;
        if (dump.size() < begin + qsizetype{field(lineBytes)} * height) return {};
        return QImage(reinterpret_cast<const uchar*>(dump.constData()) + begin, width, height,
                      static_cast<qsizetype>(field(lineBytes)), QImage::Format_RGB32)
            .copy();
    }

private:
    QTemporaryDir memory_;
    QProcess server_;
    QProcessEnvironment environment_ = QProcessEnvironment::systemEnvironment();
};

}  // namespace fanlight
