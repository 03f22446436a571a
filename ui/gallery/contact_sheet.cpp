#include "ui/gallery/contact_sheet.h"

#include <QFont>
#include <QFontMetrics>
#include <QImageReader>
#include <QPainter>
#include <algorithm>

#include "core/base/error.h"

namespace fanlight::ui {

namespace {

constexpr int gap = 16;
constexpr int captionLines = 3;
constexpr int maxSide = 32767;  // the largest QImage that can be painted on
constexpr qint64 maxPixels = 400'000'000;

/// The number and the seed, then as much of the prompt as two lines hold.
void drawCaption(QPainter& painter, const GalleryImage& image, QRect place) {
    const int line = painter.fontMetrics().lineSpacing();
    const Item& item = image.row.item;
    painter.setPen(QColor(50, 50, 50));
    painter.drawText(place, Qt::AlignLeft, QString("%1 · %2").arg(item.index + 1).arg(image_of(item).seed));
    place = {place.left(), place.top() + line, place.width(), (captionLines - 1) * line};
    const QString prompt = image.prompt().simplified();
    const auto side = Qt::AlignAbsolute | (prompt.isRightToLeft() ? Qt::AlignRight : Qt::AlignLeft);
    painter.drawText(place, static_cast<int>(side) | Qt::TextWordWrap, prompt);
}

}  // namespace

QImage contactSheet(const std::vector<GalleryImage>& images, const ContactSheetOptions& options,
                    const std::function<bool(double)>& progress) {
    const auto count = static_cast<int>(images.size());
    const int columns = std::clamp(options.columns, 1, std::max(1, count));
    const int lines = (count + columns - 1) / columns;
    QFont font;
    font.setPixelSize(std::max(9, options.cell / 18));
    const int captionHeight = options.captions ? captionLines * QFontMetrics(font).lineSpacing() + 4 : 0;
    const QSize step(options.cell + gap, options.cell + captionHeight + gap);
    const qint64 width = gap + qint64{columns} * step.width();
    const qint64 height = gap + qint64{lines} * step.height();
    if (width > maxSide || height > maxSide || width * height > maxPixels)
        throw Error("The contact sheet would be " + std::to_string(width) + " x " + std::to_string(height) +
                    " pixels; choose more columns, smaller pictures or fewer images");

    QImage sheet(static_cast<int>(width), static_cast<int>(height), QImage::Format_RGB32);
    sheet.fill(Qt::white);
    QPainter painter(&sheet);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.setFont(font);
    for (int i = 0; i < count; ++i) {
        if (progress && !progress(static_cast<double>(i) / count)) return {};
        const QPoint corner(gap + i % columns * step.width(), gap + i / columns * step.height());
        const QRect frame(corner, QSize(options.cell, options.cell));
        const QImage image = QImageReader(images[i].path()).read();
        if (image.isNull()) {
            painter.fillRect(frame, QColor(235, 235, 235));
        } else {
            const QImage scaled = image.scaled(frame.size(), Qt::KeepAspectRatio, Qt::SmoothTransformation);
            painter.drawImage(frame.center() - scaled.rect().center(), scaled);
        }
        if (options.captions)
            drawCaption(painter, images[i], QRect(frame.left(), frame.bottom() + 4, frame.width(), captionHeight));
    }
    return sheet;
}

}  // namespace fanlight::ui
