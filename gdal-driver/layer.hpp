// SPDX-License-Identifier: MIT
#ifndef GDAL_DRIVER_LAYER_HPP
#define GDAL_DRIVER_LAYER_HPP

#include <memory>
#include <string>

#include <ogrsf_frmts.h>

#include "columns.hpp"

class KiwiDataset;

struct StreamCloser {
    void operator()(struct feature_stream *stream) const
    {
        feature_stream_close(stream);
    }
};
using Stream = std::unique_ptr<struct feature_stream, StreamCloser>;

// Features of one content, of one level if it has levels. They come from a stream of kiwidump's, which
// filters by level, box and type; what it cannot do is done to the features.
class KiwiLayer final : public OGRLayer
{
  public:
    // wanted says how the dataset was opened; level is NULL for layers of the whole disc, box that of all
    // features if it is known.
    KiwiLayer(KiwiDataset &dataset, const ContentType &type, const struct options &wanted, const int *level,
              const struct kiwi_box *box);
    ~KiwiLayer() override;
    KiwiLayer(const KiwiLayer &) = delete;
    KiwiLayer &operator=(const KiwiLayer &) = delete;

    void ResetReading() override;
    OGRFeature *GetNextFeature() override;
    OGRFeature *GetFeature(GIntBig fid) override;
    GIntBig GetFeatureCount(int force) override;
    OGRErr GetExtent(OGREnvelope *extent, int force) override;
    OGRErr GetExtent(int field, OGREnvelope *extent, int force) override
    {
        return OGRLayer::GetExtent(field, extent, force);
    }
    OGRFeatureDefn *GetLayerDefn() override
    {
        return m_definition;
    }
    int TestCapability(const char *capability) override;

  private:
    Stream open(const struct options &options) const;
    const struct feature *pull(struct feature_stream *stream) const;
    std::unique_ptr<OGRFeature> find(const struct options &options, GIntBig fid) const;
    bool belongs(const struct feature &feature) const;
    bool start();
    bool push_box(struct options *options) const;
    bool push_type();
    std::unique_ptr<OGRFeature> make(const struct feature &feature) const;
    void set_field(OGRFeature *made, const struct property &property) const;

    KiwiDataset &m_dataset;
    const ContentType &m_type;
    OGRFeatureDefn *m_definition;
    struct options m_all;     // all features of the layer
    struct options m_options; // those of the stream; must outlive it
    std::string m_wanted_type;
    Stream m_stream;
    bool m_started = false;
    bool m_has_extent = false;
    OGREnvelope m_extent;
    GIntBig m_count = -1; // of all features, once they were counted
    int m_fields[PROPERTY_COUNT];
};

#endif
