/* WebP by libwebp; EXIF and ICC chunks by libwebpdemux. */
#ifdef SD_HAVE_WEBP
#include "photo/decode.h"

#include <stdlib.h>
#include <webp/decode.h>
#include <webp/demux.h>

enum { LOSSLESS = 2 }; /* WebPBitstreamFeatures.format, which libwebp has no name for */

typedef struct webp_facts {
  WebPDemuxer *demuxer;
  WebPChunkIterator icc;
  bool has_icc;
} webp_facts;

static sd_status read_header(WebPBitstreamFeatures *out, const sd_source *source, sd_diag *diag) {
  VP8StatusCode code = WebPGetFeatures(source->bytes, source->length, out);
  if (code == VP8_STATUS_NOT_ENOUGH_DATA)
    return sd_fail(diag, SD_UNREADABLE,
                   "%s: cut off before the picture begins; copy it again from the camera",
                   source->name);
  if (code != VP8_STATUS_OK)
    return sd_source_damaged(source, "its header makes no sense", diag);
  if (out->has_animation)
    return sd_fail(diag, SD_UNSUPPORTED, "%s: an animation is no photo; save one picture of it",
                   source->name);
  return sd_source_check_size(source, out->width, out->height, diag);
}

/* What stands beside the pixels; a file without it is fine. */
static void read_facts(webp_facts *facts, sd_light_facts *light, sd_photo *photo,
                       const sd_source *source) {
  WebPData data = {source->bytes, source->length};
  WebPChunkIterator exif = {0};
  facts->demuxer = WebPDemux(&data);
  if (facts->demuxer == NULL)
    return;
  if (WebPDemuxGetChunk(facts->demuxer, "EXIF", 1, &exif)) {
    sd_exif_read(&photo->capture, &light->exif, exif.chunk.bytes, exif.chunk.size);
    WebPDemuxReleaseChunkIterator(&exif);
  }
  facts->has_icc = WebPDemuxGetChunk(facts->demuxer, "ICCP", 1, &facts->icc) != 0;
  if (facts->has_icc) {
    light->icc = facts->icc.chunk.bytes;
    light->icc_length = facts->icc.chunk.size;
  }
}

static void facts_clear(webp_facts *facts) {
  if (facts->has_icc)
    WebPDemuxReleaseChunkIterator(&facts->icc);
  WebPDemuxDelete(facts->demuxer);
}

/* The incremental decoder knows how many rows are there when the file ends early. */
static sd_status decode_rows(sd_raster *canvas, const sd_source *source, uint8_t *pixels,
                             int channels, sd_diag *diag) {
  int width = canvas->file_width, height = canvas->file_height, rows = 0;
  size_t stride = (size_t)width * (size_t)channels;
  WebPIDecoder *decoder = WebPINewRGB(channels == 4 ? MODE_RGBA : MODE_RGB, pixels,
                                      stride * (size_t)height, (int)stride);
  if (decoder == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory for %d x %d pixels", source->name,
                   width, height);
  VP8StatusCode code = WebPIUpdate(decoder, source->bytes, source->length);
  if (WebPIDecGetRGB(decoder, &rows, NULL, NULL, NULL) == NULL)
    rows = 0;
  WebPIDelete(decoder);
  if (code == VP8_STATUS_SUSPENDED || code == VP8_STATUS_NOT_ENOUGH_DATA)
    return sd_source_cut_off(source, rows < height ? rows : height - 1, height, diag);
  if (code == VP8_STATUS_OUT_OF_MEMORY)
    return sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory for %d x %d pixels", source->name,
                   width, height);
  if (code != VP8_STATUS_OK)
    return sd_source_damaged(source, "its pixels cannot be decoded", diag);
  for (int y = 0; y < height; y++)
    sd_raster_row(canvas, y, pixels + (size_t)y * stride);
  return SD_OK;
}

static sd_status decode_pixels(sd_raster *canvas, const sd_source *source, sd_diag *diag) {
  int channels = sd_layout_channels(canvas->layout);
  uint8_t *pixels =
      calloc((size_t)canvas->file_width * (size_t)channels, (size_t)canvas->file_height);
  if (pixels == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory for %d x %d pixels", source->name,
                   canvas->file_width, canvas->file_height);
  sd_status status = decode_rows(canvas, source, pixels, channels, diag);
  free(pixels);
  return status;
}

sd_status sd_webp_decode(sd_photo *out, const sd_source *source, sd_diag *diag) {
  WebPBitstreamFeatures features = {0};
  webp_facts facts = {0};
  sd_light_facts light_facts = {0};
  sd_light light = {0};
  sd_raster canvas = {0};
  sd_status status = SD_OK;
  SD_TRY(read_header(&features, source, diag));
  sd_layout layout = features.has_alpha ? SD_LAYOUT_RGB_ALPHA : SD_LAYOUT_RGB;
  read_facts(&facts, &light_facts, out, source);
  out->coding.bits = 8;
  out->coding.lossy = features.format != LOSSLESS;
  SD_TRY(sd_light_choose(&light, source, &light_facts, layout, 1, diag));
  SD_TRY(sd_raster_begin(&canvas, out, source, features.width, features.height,
                         out->capture.orientation, layout, 1, &light, diag));
  SD_TRY(decode_pixels(&canvas, source, diag));
done:
  sd_raster_clear(&canvas);
  sd_light_clear(&light);
  facts_clear(&facts);
  return status;
}
#else
typedef int sd_webp_absent; /* ISO C forbids an empty file */
#endif
