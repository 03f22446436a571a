// fanlight-manual-pictures SCREENSHOTS MANUAL: the pictures that the manual's pages show, from screenshots of the same
// names: small enough for a page.

#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QImage>
#include <QRegularExpression>
#include <algorithm>
#include <cstdio>

namespace {

constexpr int width = 820;  // of a page at the manual's first size

/// "window.png", as in "![The window](pictures/window-running.png)".
QStringList pictures_in(const QDir& manual) {
    static const QRegularExpression picture("\\]\\(pictures/([\\w-]+\\.png)\\)");
    QStringList names;
    for (const QString& page : manual.entryList({"*.md"}, QDir::Files)) {
        QFile file(manual.filePath(page));
        if (!file.open(QIODevice::ReadOnly)) continue;
        for (auto found = picture.globalMatch(QString::fromUtf8(file.readAll())); found.hasNext();)
            names << found.next().captured(1);
    }
    names.removeDuplicates();
    return names;
}

/// To the nearest multiple of four, which nobody sees, and which takes a third of the bytes away.
int rounded(int channel) { return std::min(255, (channel + 2) / 4 * 4); }

bool shrink(const QString& from, const QString& to) {
    QImage image(from);
    if (image.isNull()) return false;
    if (image.width() > width) image = image.scaledToWidth(width, Qt::SmoothTransformation);
    image.convertTo(QImage::Format_RGB32);
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const QRgb colour = image.pixel(x, y);
            image.setPixel(x, y, qRgb(rounded(qRed(colour)), rounded(qGreen(colour)), rounded(qBlue(colour))));
        }
    return image.save(to, "PNG", 0);
}

}  // namespace

int main(int argc, char** argv) {
    const QGuiApplication application(argc, argv);
    if (argc != 3) {
        std::fputs("Usage: fanlight-manual-pictures SCREENSHOTS MANUAL\n", stderr);
        return 2;
    }
    const QDir screenshots(QString::fromLocal8Bit(argv[1])), manual(QString::fromLocal8Bit(argv[2]));
    manual.mkpath("pictures");
    int missing = 0;
    for (const QString& name : pictures_in(manual)) {
        if (shrink(screenshots.filePath(name), manual.filePath("pictures/" + name))) continue;
        std::fprintf(stderr, "%s: there is no such screenshot, or its copy cannot be written.\n", qPrintable(name));
        ++missing;
    }
    return missing == 0 ? 0 : 1;
}
