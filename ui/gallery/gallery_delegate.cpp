#include "ui/gallery/gallery_delegate.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>

#include "ui/gallery/gallery_model.h"
#include "ui/models/direction.h"
#include "ui/style/icons.h"
#include "ui/style/palette.h"

namespace fanlight::ui {

namespace {

constexpr int radius = GalleryDelegate::radius;
constexpr int padding = 4;
constexpr int badge = 18;

/// No wider than a letter of any prompt: what does not fit anyway is not laid out.
constexpr int leastLetterWidth = 2;

QRect fitted(const QSize& picture, const QRect& frame) {
    const QSize size = picture.scaled(frame.size(), Qt::KeepAspectRatio);
    return {frame.topLeft() + QPoint(frame.width() - size.width(), frame.height() - size.height()) / 2, size};
}

void drawPicture(QPainter* painter, const QStyleOptionViewItem& option, const QRect& frame, const QImage& picture,
                 bool dimmed) {
    const QRect place = fitted(picture.size(), frame);
    if (place != frame || dimmed) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(option.palette.color(QPalette::AlternateBase));
        painter->drawRoundedRect(frame, radius, radius);
    }
    if (picture.isNull()) return;
    painter->setOpacity(dimmed ? 0.3 : 1);
    const qreal ratio = painter->device()->devicePixelRatioF();
    if (std::max(picture.width(), picture.height()) == qRound(frame.width() * ratio)) {  // made for this cell
        QImage sharp = picture;
        sharp.setDevicePixelRatio(ratio);
        painter->drawImage(place.topLeft(), sharp);
    } else {
        QPainterPath corners;
        corners.addRoundedRect(frame, radius, radius);
        painter->save();
        painter->setClipPath(corners, Qt::IntersectClip);
        painter->setRenderHint(QPainter::SmoothPixmapTransform);
        painter->drawImage(place, picture);
        painter->restore();
    }
    painter->setOpacity(1);
}

void drawProgress(QPainter* painter, const QStyleOptionViewItem& option, const QRect& frame, double progress) {
    QRectF bar(frame.left() + padding * 2, frame.bottom() - padding * 3, frame.width() - padding * 4, 4);
    painter->setPen(Qt::NoPen);
    painter->setBrush(QColor(0, 0, 0, 120));
    painter->drawRoundedRect(bar, 2, 2);
    const qreal width = bar.width() * progress;
    if (option.direction == Qt::RightToLeft) bar.setLeft(bar.right() - width);
    bar.setWidth(width);
    painter->setBrush(option.palette.color(QPalette::Highlight));
    painter->drawRoundedRect(bar, 2, 2);
}

/// On a dark background, legible over any picture.
void drawBadge(QPainter* painter, const QStyleOptionViewItem& option, const QRect& frame, int rating) {
    const int count = rating == rejected ? 1 : rating;
    const int width = count * (badge - 4) + 8;
    const QRect plate = QStyle::alignedRect(option.direction, Qt::AlignLeading | Qt::AlignBottom, QSize(width, badge),
                                            frame.adjusted(padding, padding, -padding, -padding));
    painter->setPen(Qt::NoPen);
    painter->setBrush(QColor(0, 0, 0, 170));
    painter->drawRoundedRect(plate, badge / 2.0, badge / 2.0);
    const QColor color = rating == rejected ? QColor(0xff, 0x8a, 0x80) : QColor(0xff, 0xd5, 0x4f);
    const QPixmap sign =
        iconPixmap(rating == rejected ? "close" : "star", badge - 6, color, painter->device()->devicePixelRatioF());
    for (int i = 0; i < count; ++i) painter->drawPixmap(plate.left() + 5 + i * (badge - 4), plate.top() + 3, sign);
}

void drawReason(QPainter* painter, const QStyleOptionViewItem& option, const QRect& frame, const QString& reason) {
    const int side = std::min(32, frame.height() / 4);
    const QPixmap sign =
        iconPixmap("failed", side, failedColor(option.palette), painter->device()->devicePixelRatioF());
    const QRect text = frame.adjusted(8, 0, -8, -8);
    const QRect bounds = option.fontMetrics.boundingRect(text, Qt::AlignHCenter | Qt::TextWordWrap, reason);
    const int height = std::min(text.height() - side - padding, bounds.height());
    const int top = frame.center().y() - (side + padding + height) / 2;
    painter->drawPixmap(frame.center().x() - side / 2, top, sign);
    painter->setPen(option.palette.color(QPalette::Text));
    painter->drawText(QRect(text.left(), top + side + padding, text.width(), height),
                      Qt::AlignHCenter | Qt::TextWordWrap, reason);
}

void drawSelection(QPainter* painter, const QStyleOptionViewItem& option, const QRect& frame) {
    const bool selected = option.state & QStyle::State_Selected;
    const bool focused = option.state & QStyle::State_HasFocus;
    if (!selected && !focused && !(option.state & QStyle::State_MouseOver)) return;
    QColor color = option.palette.color(selected ? QPalette::Highlight : QPalette::Text);
    if (!selected && !focused) color.setAlphaF(0.35F);
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(color, selected ? 3 : 1.5, !selected && focused ? Qt::DashLine : Qt::SolidLine));
    painter->drawRoundedRect(QRectF(frame).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
}

}  // namespace

void GalleryDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const auto state = static_cast<ImageState>(index.data(GalleryModel::StateRole).toInt());
    const int rating = index.data(GalleryModel::RatingRole).toInt();
    const QString reason = index.data(GalleryModel::ReasonRole).toString();
    const QRect frame(option.rect.topLeft(), QSize(option.rect.width(), option.rect.width()));
    const QRect caption(option.rect.left() + 2, frame.bottom() + padding, option.rect.width() - 4,
                        option.fontMetrics.lineSpacing());

    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setFont(option.font);
    drawPicture(painter, option, frame, index.data(GalleryModel::ThumbnailRole).value<QImage>(), rating == rejected);
    if (!reason.isEmpty()) drawReason(painter, option, frame, reason);
    if (state == ImageState::InProgress)
        drawProgress(painter, option, frame, index.data(GalleryModel::ProgressRole).toDouble());
    if (rating != 0) drawBadge(painter, option, frame, rating);
    drawSelection(painter, option, frame);

    const QString text = index.data(Qt::DisplayRole).toString().left(caption.width() / leastLetterWidth);
    const bool selected = option.state & QStyle::State_Selected;
    painter->setPen(selected ? option.palette.color(QPalette::Text) : mutedText(option.palette));
    painter->setLayoutDirection(text.isRightToLeft() ? Qt::RightToLeft : Qt::LeftToRight);  // the prompt's
    const Qt::Alignment side = text.isRightToLeft() ? Qt::AlignRight : Qt::AlignLeft;
    painter->drawText(caption, static_cast<int>(side | Qt::AlignVCenter | Qt::AlignAbsolute),
                      option.fontMetrics.elidedText(isolatedSyntax(text), Qt::ElideRight, caption.width()));
    painter->restore();
}

}  // namespace fanlight::ui

#include "moc_gallery_delegate.cpp"
