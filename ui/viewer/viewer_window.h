#pragma once

#include <QWidget>

#include "ui/catalogue/gallery_image.h"
#include "ui/viewer/picture_view.h"

class QLabel;
class QToolButton;

namespace fanlight::ui {

/// One image, as large as possible, in a window of its own. Its user decides which image comes next.
class ViewerWindow : public QWidget {
    Q_OBJECT

public:
    explicit ViewerWindow(QWidget* parent = nullptr);

    /// The image is `number` of `count`, counting from 1.
    void showImage(const GalleryImage& image, int number, int count);
    void setRating(int rating);
    const PictureView& view() const { return *view_; }

Q_SIGNALS:
    void previousWanted();
    void nextWanted();
    /// Stars, 0 for none or `rejected`.
    void rated(int rating);
    void closed();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    QToolButton* addButton(const QString& icon, const QString& text, const QKeySequence& key);
    void toggleFullScreen();

    PictureView* view_;
    QWidget* bar_;
    QLabel* caption_;
    QLabel* stars_;
    quint64 shown_ = 0;  ///< number of images shown: one that loads late is dropped
};

}  // namespace fanlight::ui
