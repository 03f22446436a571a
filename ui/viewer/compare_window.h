#pragma once

#include <QWidget>
#include <array>

#include "ui/catalogue/gallery_image.h"
#include "ui/viewer/picture_view.h"

class QGridLayout;
class QLabel;
class QTableWidget;
class QToolButton;

namespace fanlight::ui {

/// Two images side by side, or one over the other with a movable dividing line; zoomed and moved together. Below them,
/// the settings in which they differ.
class CompareWindow : public QWidget {
    Q_OBJECT

public:
    explicit CompareWindow(QWidget* parent = nullptr);

    void showImages(const GalleryImage& first, const GalleryImage& second);
    bool sideBySide() const;
    void setSideBySide(bool sideBySide);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void swap();
    void load(int which);
    void arrange();
    void fillTable();

    std::array<GalleryImage, 2> images_;
    std::array<PictureView*, 2> views_;
    std::array<QLabel*, 2> titles_;
    QGridLayout* pictures_;
    QToolButton* sideBySide_;
    QTableWidget* table_;
    QLabel* same_;
    quint64 shown_ = 0;
};

}  // namespace fanlight::ui
