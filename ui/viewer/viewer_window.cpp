#include "ui/viewer/viewer_window.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/models/background.h"
#include "ui/models/direction.h"
#include "ui/models/window_geometry.h"
#include "ui/style/icons.h"
#include "ui/viewer/full_image.h"

namespace fanlight::ui {

namespace {

QString starText(int rating) {
    if (rating == rejected) return ViewerWindow::tr("Rejected");
    return QString(rating, QChar(0x2605)) + QString(max_stars - rating, QChar(0x2606));
}

}  // namespace

ViewerWindow::ViewerWindow(QWidget* parent)
    : QWidget(parent, Qt::Window), view_(new PictureView), bar_(new QWidget), caption_(new QLabel), stars_(new QLabel) {
    setWindowTitle(tr("Viewer"));
    resize(sizeOnScreen(this, {1000, 760}));
    view_->setAccessibleName(tr("Image"));
    caption_->setTextFormat(Qt::PlainText);
    caption_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    stars_->setAccessibleName(tr("Rating"));

    auto* row = new QHBoxLayout(bar_);
    row->setContentsMargins(12, 6, 12, 6);
    row->setSpacing(6);
    const auto onClick = [this](QToolButton* button, auto action) {
        connect(button, &QToolButton::clicked, this, action);
    };
    onClick(addButton("previous", tr("Previous image"), Qt::Key_Left), [this] { Q_EMIT previousWanted(); });
    onClick(addButton("next", tr("Next image"), Qt::Key_Right), [this] { Q_EMIT nextWanted(); });
    row->addWidget(caption_, 1);
    row->addWidget(stars_);
    row->addSpacing(12);
    onClick(addButton("zoom-out", tr("Smaller"), Qt::Key_Minus), [this] { view_->zoomBy(0.8); });
    onClick(addButton("zoom-in", tr("Larger"), Qt::Key_Plus), [this] { view_->zoomBy(1.25); });
    onClick(addButton("fit", tr("Whole image or actual pixels"), Qt::Key_Z), [this] { view_->toggleFit(); });
    onClick(addButton("full-screen", tr("Full screen"), Qt::Key_F11), [this] { toggleFullScreen(); });

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(view_, 1);
    layout->addWidget(bar_);
    view_->setFocus();
}

QToolButton* ViewerWindow::addButton(const QString& name, const QString& text, const QKeySequence& key) {
    auto* button = new QToolButton;
    button->setIcon(icon(name));
    button->setAutoRaise(true);
    button->setAccessibleName(text);
    button->setToolTip(tr("%1 (%2)").arg(text, key.toString(QKeySequence::NativeText)));
    bar_->layout()->addWidget(button);
    return button;
}

void ViewerWindow::showImage(const GalleryImage& image, int number, int count) {
    const QString prompt = image.prompt().simplified();
    setWindowTitle(image.file());
    caption_->setText(tr("%1 of %2").arg(number).arg(count) + "  ·  " +
                      (prompt.isEmpty() ? isolated(image.file()) : isolatedSyntax(prompt)));
    caption_->setToolTip(isolatedSyntax(image.prompt()));
    view_->setAccessibleDescription(image.prompt());
    setRating(image.rating);
    if (image.state == ImageState::Failed) {
        ++shown_;
        return view_->setMessage(image.reason);
    }
    inBackground(
        this, [path = image.path()] { return loadFullImage(path); },
        [this, shown = ++shown_](const FullImage& loaded) {
            if (shown != shown_) return;
            loaded.image.isNull() ? view_->setMessage(loaded.problem) : view_->setImage(loaded.image);
        });
}

void ViewerWindow::setRating(int rating) { stars_->setText(starText(rating)); }

void ViewerWindow::toggleFullScreen() {
    setWindowState(windowState() ^ Qt::WindowFullScreen);
    bar_->setVisible(!isFullScreen());
}

void ViewerWindow::keyPressEvent(QKeyEvent* event) {
    const int key = event->key();
    const int forward = isRightToLeft() ? Qt::Key_Left : Qt::Key_Right;
    const int back = isRightToLeft() ? Qt::Key_Right : Qt::Key_Left;
    if (key >= Qt::Key_0 && key <= Qt::Key_0 + max_stars) return Q_EMIT rated(key - Qt::Key_0);
    if (key == Qt::Key_X) return Q_EMIT rated(rejected);
    if (key == forward || key == Qt::Key_Space || key == Qt::Key_PageDown) return Q_EMIT nextWanted();
    if (key == back || key == Qt::Key_Backspace || key == Qt::Key_PageUp) return Q_EMIT previousWanted();
    if (key == Qt::Key_F11 || key == Qt::Key_F) return toggleFullScreen();
    if (key == Qt::Key_Escape) {
        if (isFullScreen()) return toggleFullScreen();
        close();
        return;
    }
    QWidget::keyPressEvent(event);
}

void ViewerWindow::closeEvent(QCloseEvent* event) {
    Q_EMIT closed();
    QWidget::closeEvent(event);
}

}  // namespace fanlight::ui

#include "moc_viewer_window.cpp"
